"""The requests of a Prisma 1 service: schemas say what is valid, these classes know what it means."""
from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Set, Type, Union

from hypothesis import strategies as st

from .._native import Datamodel
from ._names import SCALARS, quoted
from ._requests import Input, Output, Request, Shape, Writer

COUNTS = st.integers(0, 5)
UNIQUE, CONNECTION = "WhereUniqueInput", "Connection"
NEEDS_CONFIGURATION = ("executeRaw",)


class Service:
    """What is known of a datamodel's API."""

    def __init__(self, datamodel: Union[str, Datamodel]) -> None:
        whole = datamodel if isinstance(datamodel, Datamodel) else Datamodel(datamodel)
        self.shape = Shape(whole.api())
        self.unique = {field.name for model in whole.models for field in model.fields if field.is_unique or field.is_id}
        self.id_types = {model.name: field.type for model in whole.models for field in model.fields if field.is_id}

    def check_input(self, type_: str) -> None:
        """Raises ValueError if the API has no such type."""
        if type_ not in self.shape.inputs:
            raise ValueError(f"The API of the datamodel has no {type_}.")


class ServiceWriter(Writer):
    """Writes what a service answers without an error that no data could prevent."""

    def __init__(self, draw: st.DrawFn, service: Service) -> None:
        super().__init__(draw, service.shape, SCALARS)
        self.service = service

    def may_be_null(self, type_: str) -> bool:
        """Values may; a filter or nested write that is null is refused."""
        return self.shape.is_leaf(type_.strip("[]!")) and not type_.startswith("[")

    def has_literal(self, type_: str, value: Any) -> bool:
        return True

    def literal(self, scalar: str, value: Any) -> str:
        return quoted(json.dumps(value)) if scalar == "Json" else super().literal(scalar, value)

    def chosen(self, type_: str, depth: int) -> List[Input]:
        """One of the unique fields; of nested writes one kind; an update changes something."""
        inputs = self.shape.inputs[type_]
        if type_.endswith(UNIQUE):
            return [self.draw(st.sampled_from(inputs))]
        by_name = {one.name: one for one in inputs}
        if "create" in by_name and "connect" in by_name:
            return self.nested(inputs, depth)
        if "set" in by_name and len(by_name) == 1:
            return [by_name["set"]]
        return self.some(inputs, depth, type_)

    def nested(self, inputs: Sequence[Input], depth: int) -> List[Input]:
        possible = [one for one in inputs if depth > 0 or one.name in ("connect", "disconnect", "delete")]
        return [self.draw(st.sampled_from(possible or list(inputs)))]

    def member(self, type_: str, field: Input, depth: int) -> Any:
        if type_.endswith(UNIQUE):
            return self.value(field.type.rstrip("!") + "!", depth)
        return self.value(field.type, depth)

    def argument(self, field: Output, argument: Input, depth: int) -> Any:
        """Counts are not negative, and cursors are ids."""
        if argument.name in ("first", "last", "skip"):
            return self.draw(COUNTS)
        if argument.name in ("before", "after"):
            model = field.type_name[:-len(CONNECTION)] if field.type_name.endswith(CONNECTION) else field.type_name
            return str(self.draw(SCALARS[self.service.id_types[model]]))
        return self.value(argument.type.rstrip("!") + "!", depth)

    def arguments_of(self, parent: str, field: Output, depth: int) -> List[Input]:
        """Not both `first` and `last`."""
        chosen = super().arguments_of(parent, field, depth)
        return [one for one in chosen if one.name != "last" or all(other.name != "first" for other in chosen)]

    def fields_of(self, type_: str, depth: int) -> List[Output]:
        return [field for field in super().fields_of(type_, depth) if field.name not in NEEDS_CONFIGURATION]


class RecordWriter(ServiceWriter):
    """Data of new records: only creates, no value twice in a unique field, required relations however deep they are."""

    def __init__(self, draw: st.DrawFn, service: Service) -> None:
        super().__init__(draw, service)
        self.used: Set[str] = set()

    def chosen(self, type_: str, depth: int) -> List[Input]:
        by_name = {one.name: one for one in self.shape.inputs[type_]}
        if "create" in by_name:
            return [by_name["create"]]
        if "set" in by_name and len(by_name) == 1:
            return [by_name["set"]]
        if depth < -20:
            raise ValueError(f"No record can be made with nested creates: {type_} needs itself.")
        required = [one for one in self.shape.inputs[type_] if one.is_required]
        others = [one for one in self.shape.inputs[type_] if not one.is_required and (depth > 0 or not self.is_nested(one.type))]
        return required + (self.draw(self.shape.some_of(others, 0, 4, "record", "deep" if depth > 0 else "flat", type_)) if others else [])

    def is_nested(self, type_: str) -> bool:
        """Whether it leads to other records."""
        return any(one.name == "create" for one in self.shape.inputs.get(type_.strip("[]!"), ()))

    def member(self, type_: str, field: Input, depth: int) -> Any:
        if field.name == "create" and not field.type.startswith("["):
            return self.value(field.type.rstrip("!") + "!", depth)
        if field.name not in self.service.unique or not self.shape.is_leaf(field.type.strip("[]!")) or field.type.startswith("["):
            return super().member(type_, field, depth)
        type_name = field.type.strip("!")
        known = st.sampled_from(self.shape.values[type_name]) if type_name in self.shape.values else SCALARS[type_name]
        value = self.draw(known.filter(lambda one: json.dumps(one) not in self.used))
        self.used.add(json.dumps(value))
        return value


def _requests(datamodel: Union[str, Datamodel], operation: str, depth: int) -> st.SearchStrategy[Request]:
    service = Service(datamodel)

    @st.composite
    def drawn(draw: st.DrawFn) -> Request:
        return ServiceWriter(draw, service).request(operation, depth)

    return drawn()


def _input_objects(datamodel: Union[str, Datamodel], type_: str, depth: int, writer: Type[ServiceWriter]) -> st.SearchStrategy[Dict[str, Any]]:
    service = Service(datamodel)
    service.check_input(type_)

    @st.composite
    def drawn(draw: st.DrawFn) -> Dict[str, Any]:
        return writer(draw, service).object(type_, depth)

    return drawn()


def queries(datamodel: Union[str, Datamodel], *, max_depth: int = 4) -> st.SearchStrategy[Request]:
    """Queries a service with this datamodel answers without an error, whatever its data.

    They have filters, orders, pages, connections, fragments and directives; arguments are literals or variables.
    """
    return _requests(datamodel, "query", max_depth)


def mutations(datamodel: Union[str, Datamodel], *, max_depth: int = 4) -> st.SearchStrategy[Request]:
    """Mutations that are valid for a datamodel: creates, updates, upserts, deletes, of one and of many, with nested writes.

    A service may refuse them for what its data is: a record that is not there, a unique value that is taken.
    """
    return _requests(datamodel, "mutation", max_depth)


def filters(datamodel: Union[str, Datamodel], model: str, *, max_depth: int = 3) -> st.SearchStrategy[Dict[str, Any]]:
    """Values for a variable of the type `{model}WhereInput`."""
    return _input_objects(datamodel, f"{model}WhereInput", max_depth, ServiceWriter)


def orders(datamodel: Union[str, Datamodel], model: str) -> st.SearchStrategy[str]:
    """Values for a variable of the type `{model}OrderByInput`."""
    return st.sampled_from(Service(datamodel).shape.values[f"{model}OrderByInput"])


def selectors(datamodel: Union[str, Datamodel], model: str) -> st.SearchStrategy[Dict[str, Any]]:
    """Values for a variable of the type `{model}WhereUniqueInput`: one field, which is not null."""
    return _input_objects(datamodel, f"{model}{UNIQUE}", 1, ServiceWriter)


def records(datamodel: Union[str, Datamodel], model: str, *, max_depth: int = 2) -> st.SearchStrategy[Dict[str, Any]]:
    """Values for a variable of the type `{model}CreateInput`: a new record, and new records it is related to.

    An empty database takes each of them: there is no `connect`, and no unique field has a value twice.
    """
    return _input_objects(datamodel, f"{model}CreateInput", max_depth, RecordWriter)
