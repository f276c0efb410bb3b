module example.com/pure-go

go 1.24
