"""The contents of the sample music store: invented, and the same on every run.

rows(scale): scale 1 is 25 artists, 60 albums and about 600 tracks; scale N is N times as many.
"""
import random

GENRES = ["Ambient", "Blues", "Choral", "Electronica", "Folk", "Funk", "Jazz", "Latin", "Reggae", "Rock"]
PLAYLISTS = [("Sunday Morning", "CALM"), ("Long Drive", "LIVELY"), ("Late Shift", None)]
ADJECTIVES = ("Amber Blue Broken Copper Distant Electric Fallen Golden Hollow Iron Lonely Midnight Northern Paper "
              "Quiet Restless Scarlet Silver Velvet Wild").split()
NOUNS = ("Atlas Bridges Cities Comets Engines Foxes Gardens Harbours Islands Lanterns Mirrors Oceans Orchards Rivers "
         "Satellites Shadows Sparrows Trains Voices Windows").split()
VERBS = "Chasing Counting Crossing Drawing Finding Following Leaving Losing Painting Waking".split()


def rows(scale=1):
    """Yields the artists as nested lists: {name, albums: [{number, title, year, tracks: [...]}]}."""
    random_ = random.Random(1977)
    number = 0
    for i in range(25 * scale):
        adjective, noun = ADJECTIVES[i % 20], NOUNS[(i * 7 + i // 20) % 20]
        lap = i // 400
        artist = {"name": f"The {adjective} {noun}" + (f" {lap + 1}" if lap else ""), "albums": []}
        for _ in range((2, 3, 1, 4, 2)[i % 5]):
            number += 1
            album = {"number": number, "year": random_.randint(1968, 2024), "tracks": [],
                     "title": f"{random_.choice(VERBS)} {random_.choice(ADJECTIVES)} {random_.choice(NOUNS)}"}
            genre = random_.choice(GENRES)
            for position in range(1, random_.randint(8, 12) + 1):
                album["tracks"].append({
                    "position": position,
                    "title": f"{random_.choice(ADJECTIVES)} {random_.choice(NOUNS)}",
                    "seconds": random_.randint(95, 430),
                    "genre": genre if random_.random() < 0.8 else random_.choice(GENRES)})
            artist["albums"].append(album)
        yield artist
