"""What screening reckons: co-travel, risk areas, proposed measures, the number not yet seen. Knows no Django."""
