"""Which rule or decorator covers each route of an application, and which routes are left open beside their siblings."""

import argparse
from pathlib import Path

from mtlsguard.cli.applications import look_into, named, policy_of
from mtlsguard.cli.coverage import report

SUMMARY = "list what covers each route of an application"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", metavar="APP", help='"module:attribute", or the settings module of a Django project')
    parser.add_argument("--factory", action="store_true", help="the attribute is a function that makes the application")
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="judge by this configuration, whatever guard is met"
    )
    parser.add_argument("--strict", action="store_true", help="a route that only the default covers is a finding too")


def run(arguments: argparse.Namespace) -> int:
    found = look_into(named(arguments.app, factory=arguments.factory))
    policy = policy_of(found, arguments.config)
    told = report(found.endpoints(), policy, json=arguments.json, strict=arguments.strict)
    print(told.text)
    return told.status
