"""SASL and TLS, on the listeners that the environment names."""

from dataclasses import replace

from ..environment import Security
from ..registry import Record, Skipped, check, equal, true


def _client(context, bootstrap, security):
    """The same library, coming in by another door."""
    environment = replace(context.environment, bootstrap=bootstrap, security=security)
    kind = type(context.client)
    return kind(environment) if context.client.name == "confluent" else kind(environment, context.client.name)


def _listener(context, name):
    address = getattr(context.environment.listeners, name)
    if address is None:
        raise Skipped(f"the environment names no such listener (CONNECT_CONFORMANCE_{name.upper()})")
    return address


def _works(context, bootstrap, security):
    topic = context.topic()
    client = _client(context, bootstrap, security)
    try:
        producer = client.producer()
        delivery = producer.send(topic, Record(value=b"through the door"), 0)
        producer.flush()
        equal(delivery.result()[1], 0, "offset")
        producer.close()
        equal([record.value for record in client.read(topic)], [b"through the door"], "records")
        equal(client.cluster()[0], context.client.cluster()[0], "the cluster's id")
    finally:
        client.close()


def _fails(context, bootstrap, security, what, reasons=None):
    """The client must not get in. Only librdkafka says why, so that alone is looked at."""
    found = _client(context, bootstrap, security).refusal()
    true(found is not None, f"{what} got in")
    if reasons and context.client.name == "confluent":
        true(found in reasons, f"{what} is turned away with {found}, by Apache Kafka with {' or '.join(reasons)}")
    return found


def _user(context, mechanism, protocol="SASL_PLAINTEXT", **more):
    listeners = context.environment.listeners
    if mechanism not in listeners.mechanisms:
        raise Skipped(f"the environment does not offer {mechanism}")
    return Security(
        protocol=protocol, mechanism=mechanism, username=listeners.username, password=listeners.password,
        authority=listeners.authority if protocol == "SASL_SSL" else None, **more,
    )


def _mechanism(mechanism):
    @check(f"security/SASL {mechanism}")
    def right(context):
        _works(context, _listener(context, "sasl"), _user(context, mechanism))
        return "authenticated"

    @check(f"security/SASL {mechanism}, wrong password", only=["confluent", "kafka-python-3.0"])
    def wrong(context):
        bootstrap = _listener(context, "sasl")
        user = replace(_user(context, mechanism), password="not the password")
        return "refused: " + _fails(context, bootstrap, user, "a wrong password", ["_AUTHENTICATION"])

    @check(f"security/SASL {mechanism}, unknown user", only=["confluent"])
    def unknown(context):
        bootstrap = _listener(context, "sasl")
        user = replace(_user(context, mechanism), username="nobody")
        return "refused: " + _fails(context, bootstrap, user, "an unknown user", ["_AUTHENTICATION"])

    @check(f"security/SASL {mechanism} within TLS")
    def within(context):
        _works(context, _listener(context, "sasl_tls"), _user(context, mechanism, "SASL_SSL"))
        return "authenticated"


for _name in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
    _mechanism(_name)


@check("security/no SASL where it is required", only=["confluent"])
def without(context):
    return "refused: " + _fails(context, _listener(context, "sasl"), Security(), "a client without SASL")


@check("security/TLS")
def tls(context):
    bootstrap = _listener(context, "tls")
    _works(context, bootstrap, Security(protocol="SSL", authority=context.environment.listeners.authority))
    return "encrypted, the broker's name checked"


@check("security/TLS without its authority", only=["confluent", "kafka-python-3.0"])
def untrusted(context):
    return "refused: " + _fails(context, _listener(context, "tls"), Security(protocol="SSL"), "an unknown authority", ["_SSL"])


@check("security/no TLS where it is required", only=["confluent"])
def plain(context):
    return "refused: " + _fails(context, _listener(context, "tls"), Security(), "a client without TLS")


@check("security/TLS with client certificates")
def mutual(context):
    bootstrap = _listener(context, "mutual_tls")
    listeners = context.environment.listeners
    certified = Security(
        protocol="SSL", authority=listeners.authority, certificate=listeners.certificate, key=listeners.key
    )
    _works(context, bootstrap, certified)
    if context.client.name != "confluent":
        return "with a certificate"
    return "with a certificate; refused without: " + _fails(
        context, bootstrap, replace(certified, certificate=None, key=None), "a client without a certificate"
    )
