#!/usr/bin/env python3
"""From a CSV file to a picture: a datamodel, an import, a query three levels deep, a plot.

usage: csv_to_plot.py [--csv tracks.csv] [--database :memory:] [--plot seconds.png]

The plot needs matplotlib: pip install 'refract[examples]'. Each part below can be pasted into a cell of a notebook.
"""
import argparse
import csv
import hashlib
import pathlib

import refract

HERE = pathlib.Path(__file__).resolve().parent

# Levels of the file: the model, the column with its name, its other columns with their types.
LEVELS = [
    ("Artist", "artist", {}),
    ("Album", "album", {"year": "Int"}),
    ("Track", "track", {"seconds": "Int", "genre": "String"}),
]


def datamodel():
    """The text of a datamodel for the levels, each of which has a list of the next one."""
    types = []
    for i, (model, _, columns) in enumerate(LEVELS):
        fields = ["  id: ID! @id", "  name: String!"] + [f"  {name}: {kind}" for name, kind in columns.items()]
        if i > 0:
            fields.append(f"  {LEVELS[i - 1][0].lower()}: {LEVELS[i - 1][0]}!")
        if i + 1 < len(LEVELS):
            fields.append(f"  {LEVELS[i + 1][0].lower()}s: [{LEVELS[i + 1][0]}]")
        types.append(f"type {model} {{\n" + "\n".join(fields) + "\n}")
    return "\n\n".join(types)


def normalized(rows):
    """The rows of the file in the normalized data format: every record once, and the links between them."""
    nodes, links = {}, {}
    for row in rows:
        path, above = [], None
        for model, column, columns in LEVELS:
            path.append(row[column])
            key = hashlib.sha256("\0".join(path).encode()).hexdigest()[:24]
            if key not in nodes:
                nodes[key] = {"_typeName": model, "id": key, "name": row[column],
                              **{name: int(row[name]) if kind == "Int" else row[name] for name, kind in columns.items()}}
                if above:
                    links[key] = [{"_typeName": nodes[above]["_typeName"], "id": above, "fieldName": model.lower() + "s"},
                                  {"_typeName": model, "id": key, "fieldName": nodes[above]["_typeName"].lower()}]
            above = key
    return {"nodes": list(nodes.values()), "relations": list(links.values())}


QUERY = """query ($genre: String) {
  artists(orderBy: name_ASC) {
    name
    albums(orderBy: year_ASC) {
      name year
      tracks(where: {genre: $genre}, orderBy: seconds_DESC) { name seconds }
    }
  }
}"""


def plot(artists, path):
    """Minutes of music by year, an artist a line."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 5))
    for artist in artists:
        years = [album["year"] for album in artist["albums"]]
        minutes = [sum(track["seconds"] for track in album["tracks"]) / 60 for album in artist["albums"]]
        axes.plot(years, minutes, marker="o", label=artist["name"])
    axes.set(xlabel="year", ylabel="minutes")
    axes.legend()
    figure.savefig(path)
    print(f"{path} written")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", type=pathlib.Path, default=HERE / "tracks.csv")
    parser.add_argument("--database", default=":memory:")
    parser.add_argument("--genre", help="only tracks of it")
    parser.add_argument("--plot", type=pathlib.Path)
    options = parser.parse_args()

    with refract.Engine(options.database) as engine:
        engine.deploy(datamodel())
        with open(options.csv, newline="", encoding="utf-8") as file:
            for error in engine.import_data(normalized(csv.DictReader(file))):
                print(error)
        variables = {"genre": options.genre} if options.genre else {}
        artists = engine.execute(QUERY, variables)["artists"]
    for artist in artists:
        print(artist["name"])
        for album in artist["albums"]:
            print(f"  {album['year']} {album['name']}: {len(album['tracks'])} tracks, {sum(t['seconds'] for t in album['tracks']) / 60:.1f} min")
    if options.plot:
        plot(artists, options.plot)


if __name__ == "__main__":
    main()
