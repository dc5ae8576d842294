require "bundler/setup"
require "greeting"

puts Greeting.from("Ruby")
