"""GraphQL to SQL, without a database.

    for text, parameters in compile(datamodel, "{ users { name } }", dialect="postgres"): ...
"""
from __future__ import annotations

from ._native import compile_sql as compile
from ._values import Input, Statement

__all__ = ["Input", "Statement", "compile"]
