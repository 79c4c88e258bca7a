"""What `make test` says at its end about the proxies: which ones ran, in which version, and which ones are missing."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.live.programs import PROGRAMS

PROPERTY = "proxy"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Printed once: with workers, by the process that collects their reports."""
    reports = list(_live(terminalreporter))
    if not reports:
        return
    ran = Counter(value for report in reports for key, value in report.user_properties if key == PROPERTY)
    terminalreporter.section("proxies of tests/live")
    for program, tests in sorted(ran.items()):
        terminalreporter.line(f"{program}: ran, {tests} tests")
    for program in PROGRAMS.values():
        if program.path is None:
            terminalreporter.line(program.missing)


def _live(terminalreporter: pytest.TerminalReporter) -> Iterator[pytest.TestReport]:
    for reports in terminalreporter.stats.values():
        for report in reports:
            done = isinstance(report, pytest.TestReport) and (report.when == "call" or report.skipped)
            if done and report.nodeid.startswith("tests/live/"):
                yield report
