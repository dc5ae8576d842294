<?php

function greeting(string $from): string
{
    return "hello from $from";
}
