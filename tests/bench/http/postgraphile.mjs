// PostGraphile 5 on the tables of the benchmark, as its documentation sets it up for production.
// Environment: PORT, DATABASE_URL, SCHEMA. Runs beside the node_modules it is installed in.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const handler = postgraphile({
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: [process.env.SCHEMA], poolConfig: { max: 10 } })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false },
  disablePlugins: ["PgIndexBehaviorsPlugin"], // filter and order by columns without an index of their own, as the others do
}).createServ(grafserv);
const server = createServer();
await handler.addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
