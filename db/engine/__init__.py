"""The store itself: connections, transactions, migrations, and how rows become records."""
