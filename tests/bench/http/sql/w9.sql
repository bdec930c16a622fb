UPDATE "Track" SET milliseconds = $2 WHERE id = $1 RETURNING id, milliseconds
