"""Where scenario and CSV files lie: in the library, or beside the file that names them."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from model.errors import JinguoError, did_you_mean

LIBRARY = Path(__file__).parent / "library"
SUFFIXES = frozenset({".yaml", ".yml"})


def library_names() -> tuple[str, ...]:
    """The names of the built-in scenarios."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def find_scenario(name_or_path: str | Path) -> Path:
    """The file of a built-in name or of a path."""
    text = str(name_or_path)
    is_path = isinstance(name_or_path, Path) or "/" in text or "\\" in text
    if is_path or Path(text).suffix in SUFFIXES:
        return Path(name_or_path)
    names = library_names()
    if text not in names:
        fields = {"found": text, "allowed": names, "meant": did_you_mean(text, names)}
        raise JinguoError("errors.unknown_scenario", fields)
    return LIBRARY / f"{text}.yaml"


def is_inside(name: str) -> bool:
    """Whether a path stays in the folder of the file that names it, on every system."""
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    rooted = windows.is_absolute() or posix.is_absolute() or bool(windows.drive or windows.root)
    return not rooted and ".." not in windows.parts


def find_base(name: object, path: Path, where: str) -> Path:
    """The file that `extends: name` means in the file at `path`."""
    if not isinstance(name, str):
        raise JinguoError("errors.not_text", {"at": "extends", "found": str(name)}, where=where)
    if not is_inside(name):
        raise JinguoError("errors.path_outside", {"found": name}, where=where)
    names = library_names()
    if name in names:
        return LIBRARY / f"{name}.yaml"
    beside = [path.parent / name, path.parent / f"{name}.yaml"]
    for file in beside:
        if file.suffix in SUFFIXES and file.is_file():
            return file
    known = [*names, *sorted(file.name for file in path.parent.glob("*.yaml"))]
    fields = {"found": name, "allowed": names, "meant": did_you_mean(name, known)}
    raise JinguoError("errors.unknown_scenario", fields, where=where)


def find_csv(name: str, folders: tuple[Path, ...]) -> Path | None:
    """The CSV file of this name in the first folder that has it."""
    return next((path for folder in folders if (path := folder / name).is_file()), None)
