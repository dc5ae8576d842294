<?php

require __DIR__ . '/vendor/autoload.php';

echo greeting('PHP'), "\n";
