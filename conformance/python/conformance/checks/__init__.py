"""The checks. Each states what Apache Kafka answers."""
