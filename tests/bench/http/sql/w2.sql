SELECT id, name, composer, milliseconds, bytes, "unitPrice" FROM "Track" WHERE genre = $1 AND milliseconds > $2 ORDER BY name, id LIMIT 50
