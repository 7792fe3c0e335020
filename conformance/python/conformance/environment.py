"""What the environment says about the broker: where it is, and how to come in."""

import os
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Security:
    """How a client comes in. The names on the wire are Kafka's; files are PEM."""

    protocol: str = "PLAINTEXT"
    mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    authority: str | None = None
    certificate: str | None = None
    key: str | None = None
    key_password: str | None = None
    check_name: bool = True


@dataclass(frozen=True)
class Listeners:
    """Further listeners of the same broker for the checks of security; `None` where the environment offers none."""

    sasl: str | None = None
    tls: str | None = None
    sasl_tls: str | None = None
    mutual_tls: str | None = None
    username: str = ""
    password: str = ""
    mechanisms: tuple[str, ...] = ()
    authority: str | None = None
    certificate: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Environment:
    """The broker under check."""

    bootstrap: str
    security: Security = field(default_factory=Security)
    listeners: Listeners = field(default_factory=Listeners)
    # Of the topics that checks make: they look at one broker.
    replicas: int = 1


def read_environment(variables=os.environ) -> Environment:
    """Reads `CONNECT_BOOTSTRAP`, `CONNECT_SECURITY_…` (Java's client keys) and `CONNECT_CONFORMANCE_…`."""
    bootstrap = variables.get("CONNECT_BOOTSTRAP", "")
    if not bootstrap:
        raise SystemExit("conformance: CONNECT_BOOTSTRAP names no broker; set it to host:port")
    keys = {}
    for name, value in variables.items():
        if name.startswith("CONNECT_SECURITY_"):
            keys[name.removeprefix("CONNECT_SECURITY_").lower().replace("_", ".")] = value
    offered = {
        name.removeprefix("CONNECT_CONFORMANCE_"): value
        for name, value in variables.items()
        if name.startswith("CONNECT_CONFORMANCE_") and value
    }
    return Environment(
        bootstrap=bootstrap,
        security=_security(keys),
        listeners=Listeners(
            sasl=offered.get("SASL"),
            tls=offered.get("TLS"),
            sasl_tls=offered.get("SASL_TLS"),
            mutual_tls=offered.get("MUTUAL_TLS"),
            username=offered.get("USERNAME", ""),
            password=offered.get("PASSWORD", ""),
            mechanisms=tuple(offered.get("MECHANISMS", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512").split(",")),
            authority=offered.get("CA"),
            certificate=offered.get("CERTIFICATE"),
            key=offered.get("KEY"),
        ),
    )


def _security(keys: dict[str, str]) -> Security:
    jaas = keys.get("sasl.jaas.config", "")

    def option(name: str) -> str | None:
        found = re.search(name + r'\s*=\s*"((?:[^"\\]|\\.)*)"', jaas)
        return re.sub(r"\\(.)", r"\1", found.group(1)) if found else None

    keystore = keys.get("ssl.keystore.location")
    return Security(
        protocol=keys.get("protocol", keys.get("security.protocol", "PLAINTEXT")),
        mechanism=keys.get("sasl.mechanism"),
        username=option("username"),
        password=option("password"),
        authority=keys.get("ssl.truststore.location"),
        certificate=keystore,
        key=keystore,
        key_password=keys.get("ssl.key.password"),
        check_name=keys.get("ssl.endpoint.identification.algorithm", "https") != "",
    )
