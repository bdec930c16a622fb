// The same work by graphql-js: prints one line of JSON, {"parse/query": MB/s, ...}.
//   NODE_DEPS=FOLDER node graphql_js.mjs INPUTS     FOLDER has node_modules/graphql
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(path.join(path.resolve(process.env.NODE_DEPS ?? "."), "x.js")));
const { buildSchema, parse, validate } = require("graphql");
const folder = process.argv[2];
const text = (name) => readFileSync(path.join(folder, `${name}.graphql`), "utf8");

const rate = (bytes, work) => {
  const times = Math.max(1, Math.round(1e6 / bytes));
  for (let i = 0; i < 3 * times; i++) work();
  const rounds = [];
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) work();
    const used = process.cpuUsage(before);
    rounds.push((bytes * times) / (used.user + used.system));
  }
  return rounds.sort((a, b) => a - b)[2];
};

const result = {};
for (const name of ["query", "constructs", "large"]) {
  const source = text(name);
  result[`parse/${name}`] = rate(Buffer.byteLength(source), () => parse(source));
}
const schema = buildSchema(text("schema"));
const query = text("query");
const document = parse(query);
if (validate(schema, document).length) throw new Error("query.graphql is not valid");
result["validate/query"] = rate(Buffer.byteLength(query), () => validate(schema, document));
console.log(JSON.stringify(result));
