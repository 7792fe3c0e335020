"""Checks of a Kafka broker by clients that others wrote."""
