SELECT count(*) FROM "Track" WHERE milliseconds > $1
