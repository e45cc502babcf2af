"""What the service's API says: requests, answers, errors, and the small client of its socket. A command loads nothing
else of the program, so that it starts in a tenth of a second."""
