"""What the road sees: routing header, key capsule, payload stream."""
