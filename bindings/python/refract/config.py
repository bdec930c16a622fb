"""The configuration of a Prisma 1 server."""
from __future__ import annotations

import os
from typing import Optional, Union

from ._native import DatabaseConfig, ServerConfig, load_config, parse_config
from .errors import ConfigError

__all__ = ["ConfigError", "DatabaseConfig", "ServerConfig", "load", "loads"]


def load(path: Union[str, "os.PathLike[str]", None] = None) -> ServerConfig:
    """The configuration in a file. Without one, what the environment asks for: PRISMA_CONFIG, PRISMA_CONFIG_PATH, or the defaults.

    Raises ConfigError; a misspelt key is one.
    """
    return load_config(None if path is None else os.fspath(path))


def loads(text: str) -> ServerConfig:
    """Reads a configuration in YAML (so in JSON, too). Raises ConfigError with the place."""
    return parse_config(text)
