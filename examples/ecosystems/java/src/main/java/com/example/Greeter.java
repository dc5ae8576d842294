package com.example;

public final class Greeter {
  public static void main(String[] args) {
    System.out.println("hello from Java");
  }
}
