"""Hypothesis strategies: GraphQL documents, datamodels, and requests for them (pip install 'refract[hypothesis]').

    from hypothesis import given
    from refract import strategies

    @given(strategies.queries(DATAMODEL))
    def test_my_gateway(request):
        assert "errors" not in my_gateway(request.query, request.variables)

executable_documents, schema_documents, damaged: texts of GraphQL. requests: valid ones, for any schema.
datamodels: Prisma 1 datamodels. queries, mutations, filters, orders, selectors, records: what a service with a datamodel takes.
What Hypothesis finds it makes small: a datamodel of one model, a query of one field.
"""
from __future__ import annotations

from ._datamodels import datamodels
from ._documents import damaged, executable_documents
from ._names import SCALARS, Json
from ._requests import Request, requests
from ._schemas import schema_documents
from ._service import filters, mutations, orders, queries, records, selectors

__all__ = [
    "Json", "Request", "SCALARS", "damaged", "datamodels", "executable_documents", "filters", "mutations", "orders", "queries", "records",
    "requests", "schema_documents", "selectors",
]
