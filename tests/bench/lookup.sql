\set number random(1, :albums)
SELECT "id", "title" FROM "music-store$dev"."Album" WHERE "number" = :number;
