"""What the proof is made of: databases, servers, clients, rounds, crashes."""
