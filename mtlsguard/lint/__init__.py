"""Rules about proxy configurations: what lets a client's own certificate headers through, or lets data out."""

from mtlsguard.lint.contract import Expected, Finding, Hit, Level, Place, Rule, apply
from mtlsguard.lint.envoy import ENVOY_RULES
from mtlsguard.lint.nginx import NGINX_RULES

__all__ = ["ENVOY_RULES", "NGINX_RULES", "Expected", "Finding", "Hit", "Level", "Place", "Rule", "apply"]
