"""What moves demand beside week, season and level: promotions, rivals, searches, prices, ads; each as far as the past says it helps."""
