SELECT b.id, b.title, a.id AS "artist.id", a.name AS "artist.name" FROM (SELECT * FROM "Album" ORDER BY title, id LIMIT 60 OFFSET $1) b JOIN "Artist" a ON a.id = b.artist ORDER BY b.title, b.id
-- tracks of level 0
SELECT t.album, t.id, t.name, t.composer, t.milliseconds, t.bytes, t."unitPrice", g.name AS "genre.name" FROM (SELECT id FROM "Album" ORDER BY title, id LIMIT 60 OFFSET $1) b JOIN "Track" t ON t.album = b.id JOIN "Genre" g ON g.id = t.genre ORDER BY t.id
