"""A far side that the lab did not make: SIPp, which takes each call as the called number says."""
