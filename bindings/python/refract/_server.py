"""The HTTP server in this process."""
from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Mapping, Optional, Type, Union

from . import _native
from ._engine import Engine, close_at_exit
from .config import load
from .errors import ConfigError

Config = Union[Engine, _native.ServerConfig, Mapping[str, Any], str, "os.PathLike[str]", None]


class Server:
    """Runs the server of refract-server on threads of this process, on a free port.

        with refract.Server(engine) as server:
            requests.post(server.url, json={"query": "{ users { name } }"})

    config: an Engine, to serve what it holds; a configuration (refract.config.load()), the same as a mapping, or the path of its file; None
        for an empty service in memory. The Management API of an engine's server is open to whoever reaches the port.
    host: the interface to listen on. port: 0 for any free one; the configuration's own is not used.
    allow_open: listen on other addresses than this machine's own although everybody may deploy. Without it that is a ConfigError.
    """

    def __init__(self, config: Config = None, *, host: str = "127.0.0.1", port: int = 0, threads: int = 1, allow_open: bool = False) -> None:
        self._owned: Optional[Engine] = None
        self.host = host
        served: Any
        path = "/"
        if config is None:
            self._owned = config = Engine()
        if isinstance(config, Engine):
            served = config._core
            if (config.service, config.stage) != ("default", "default"):
                path = f"/{config.service}/{config.stage}"
        elif isinstance(config, Mapping):
            served = _native.parse_config(_native.to_json(config).decode())
        elif isinstance(config, _native.ServerConfig):
            served = config
        else:
            served = load(config)
        is_open, allowed = (served.is_open, served.allow_open) if isinstance(served, _native.ServerConfig) else (True, False)
        if is_open and not (allowed or allow_open or host == "::1" or host.startswith("127.")):
            raise ConfigError(f"Everybody who reaches {host} could deploy: set a managementApiSecret, or allow_open=True.")
        self._core = _native.ServerCore(served, host, port, threads)
        self._path = path
        close_at_exit(self)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._core.port

    @property
    def base_url(self) -> str:
        """http://host:port, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def url(self) -> str:
        """Where the engine's service is; without an engine, the service default/default."""
        return self.base_url + self._path

    def service_url(self, service: str, stage: str) -> str:
        """Where another service is."""
        return f"{self.base_url}/{service}/{stage}"

    def stop(self, timeout: int = 10) -> None:
        """Stops listening and lets requests under way finish, for so many seconds at most."""
        self._core.stop(timeout)
        if self._owned is not None:
            self._owned.close()

    def close(self) -> None:
        """stop(), without waiting for anybody."""
        self.stop(0)

    @property
    def is_running(self) -> bool:
        """False once it was stopped."""
        return self._core.is_running

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.stop()
