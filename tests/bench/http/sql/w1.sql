SELECT id, title FROM "Album" WHERE id = $1
