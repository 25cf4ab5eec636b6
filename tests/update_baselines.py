"""Snapshots: a few figures of each built-in scenario, so that moved results are seen and reviewed.

`python -m tests.update_baselines` writes them anew; the difference is reviewed as science.
"""

from pathlib import Path

import yaml

from scenarios import load_scenario

FOLDER = Path(__file__).parent / "baselines"
WEEKS = (52, 145, 260, 320)
FIGURES = (
    "income", "burnout", "trust", "shops", "workers", "sales", "price_median", "skill", "support",
    "know_how", "body_members", "hours_served",
)
SCENARIOS = ("libei", "libei_measured", "ordinary_village")


def figures(name: str) -> dict[int, dict[str, float]]:
    """The figures of one run (seed 1; 300 women where the number is free)."""
    free = {"village.women": 300} if name != "libei_measured" else {}
    village = load_scenario(name, free).village(seed=1)
    frame = village.run(WEEKS[-1] + 1).history.frame()
    village.close()
    return {week: {f: float(frame.loc[week, f]) for f in FIGURES} for week in WEEKS}


def main() -> None:
    """Write all snapshots."""
    for name in SCENARIOS:
        text = yaml.safe_dump(figures(name), sort_keys=False)
        (FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
