module example.org/inspected

go 1.15

require example.org/greeting v1.2.3

replace example.org/greeting => ./greeting
