"""How much longer a search takes among many policies; the benchmark measures it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.audit.figures import Figure, at_most

SIZES = "100,10000"
TIMES_AS_LONG = 3
RATIO = re.compile(r"(\d+) policies: p95 \d+ ms ×([\d.]+)")
BENCHMARK = [sys.executable, "-m", "pytest", "-q", "tests/benchmarks/test_search.py"]


def search_times() -> Iterator[Figure]:
    """The 95th percentile among the most policies, against that among the fewest."""
    databases = {
        "SQLite": BENCHMARK,
        "PostgreSQL": [sys.executable, "-m", "tests.postgresql", *BENCHMARK],
    }
    sizes = os.environ.get("PORTAL_BENCH_SIZES", SIZES)
    for database, command in databases.items():
        answer = subprocess.run(
            command,
            env={**os.environ, "PORTAL_BENCH_SIZES": sizes},
            capture_output=True,
            text=True,
            check=True,
        )
        ratios = {
            f"{count} policies": float(ratio)
            for count, ratio in RATIO.findall(answer.stdout)
        }
        yield at_most(f"search p95, {database}", TIMES_AS_LONG, ratios, " times")
