"""Queues of a host: runs that wait for free devices, in an order that a person can change."""
