\set skip random(0, :artists - 20)
\startpipeline
SELECT "id", "name" FROM "music-store$dev"."Artist" ORDER BY "name", "id" LIMIT 20 OFFSET :skip;
SELECT b."artist", b."id", b."title" FROM "music-store$dev"."Album" b JOIN (SELECT "id" FROM "music-store$dev"."Artist" ORDER BY "name", "id" LIMIT 20 OFFSET :skip) a ON a."id" = b."artist" ORDER BY b."id";
SELECT t."album", t."id", t."title", t."seconds" FROM "music-store$dev"."Track" t JOIN "music-store$dev"."Album" b ON b."id" = t."album" JOIN (SELECT "id" FROM "music-store$dev"."Artist" ORDER BY "name", "id" LIMIT 20 OFFSET :skip) a ON a."id" = b."artist" ORDER BY t."id";
\endpipeline
