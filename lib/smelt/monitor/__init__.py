"""Monitoring of a model in production: its logs, measures, drift, alerts, and plans for retraining."""
