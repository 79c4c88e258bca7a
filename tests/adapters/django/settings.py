"""The test project's settings as a module, for the type checker's plugin and for manage.py."""

from tests.adapters.django import configuration

globals().update(configuration.settings())
