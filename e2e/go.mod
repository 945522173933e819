module example.com/pipesfake/e2e

go 1.26

replace example.com/pipesfake => ../
