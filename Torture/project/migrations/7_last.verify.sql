SELECT one() = 1;
