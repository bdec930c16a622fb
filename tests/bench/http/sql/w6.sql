INSERT INTO "Artist" (name) VALUES ($1) RETURNING id, name
