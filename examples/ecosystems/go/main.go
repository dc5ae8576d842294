package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
)

//go:embed words/greeting.txt
var greeting string

func main() {
	fmt.Println(strings.TrimSpace(greeting), os.Args[1])
}
