# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""


RESUMABLE_TASKS = ["pt","sft","rlhf"]
