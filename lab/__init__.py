"""The town in a box: a second Asterisk that plays the telephone network, a short-message centre, handsets."""
