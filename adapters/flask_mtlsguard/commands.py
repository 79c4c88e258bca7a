"""`flask mtls ...`"""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from flask_mtlsguard.routes import endpoints
from mtlsguard.cli.coverage import report


def mtls_commands() -> AppGroup:
    group = AppGroup("mtls", help="Client certificates: what covers which route.")
    group.add_command(_routes)
    return group


@click.command("routes")
@click.option("--json", is_flag=True, help="Print JSON for programs instead of text for people.")
@click.option("--strict", is_flag=True, help="A route that only the default covers is a finding too.")
@with_appcontext
@click.pass_context
def _routes(context: click.Context, *, json: bool, strict: bool) -> None:
    """List what covers each route; exit status 1 where something is looser than it should be."""
    guard = current_app.extensions["mtlsguard"].guard
    told = report(endpoints(current_app), guard.current.policy, json=json, strict=strict)
    click.echo(told.text)
    context.exit(told.status)
