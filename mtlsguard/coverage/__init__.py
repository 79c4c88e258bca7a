"""Which rule or decorator covers each route of an application, and which routes are left open beside their siblings.

Adapters tell the routes of their framework as `Endpoint`s; everything else is worked out here.
"""

from mtlsguard.coverage.asks import Ask, Level
from mtlsguard.coverage.endpoint import Endpoint
from mtlsguard.coverage.findings import Coverage, cover
from mtlsguard.coverage.kinds import Finding, Kind
from mtlsguard.coverage.rows import ANY_OTHER, Case, Row

__all__ = ["ANY_OTHER", "Ask", "Case", "Coverage", "Endpoint", "Finding", "Kind", "Level", "Row", "cover"]
