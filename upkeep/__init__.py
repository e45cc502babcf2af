"""Use cases of the administrator, who keeps the installation well: prompts, dialplan, what the doctor finds."""
