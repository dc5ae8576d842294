package com.example;

import java.io.IOException;

public final class Greeter {
  public static void main(String[] args) throws IOException {
    try (var greeting = Greeter.class.getResourceAsStream("/greeting-1.0.0.txt")) {
      greeting.transferTo(System.out);
    }
  }
}
