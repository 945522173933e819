module example.com/pipesfake/bench

go 1.26
