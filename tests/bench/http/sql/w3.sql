SELECT id, name FROM "Artist" ORDER BY name, id LIMIT 20 OFFSET $1
-- albums of level 0
SELECT b.artist, b.id, b.title FROM "Album" b JOIN (SELECT id FROM "Artist" ORDER BY name, id LIMIT 20 OFFSET $1) a ON a.id = b.artist ORDER BY b.id
-- tracks of level 1
SELECT t.album, t.id, t.name, t.milliseconds FROM "Track" t JOIN "Album" b ON b.id = t.album JOIN (SELECT id FROM "Artist" ORDER BY name, id LIMIT 20 OFFSET $1) a ON a.id = b.artist ORDER BY t.id
