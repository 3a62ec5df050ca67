"""Monitoring for the operator: dashboard, alarms, budget and saved queries."""
