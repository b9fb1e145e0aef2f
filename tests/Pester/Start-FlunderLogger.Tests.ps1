BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $driver = Start-Child {
        param($Kubeconfig)
        Start-FlunderDriver -Kubeconfig $Kubeconfig -CreateNamespace -Rate 20 -Duration 10m -MaxPopulation 10 -RunId 'background' | Out-Null
    } $server.Kubeconfig
    Wait-Until { Get-ServerObject $server flunders } 'the first Flunder of the driver'
}

AfterAll {
    Send-Signal $driver 'TERM'
    $null = Wait-Child $driver
    $server | Stop-LocalApiServer
}

Describe 'Start-FlunderLogger' {
    It 'logs Flunders in the version that the server prefers, or in <_>' -ForEach '', 'v1alpha1' {
        $version = if ($_) { @{ ApiVersion = $_ } } else { @{} }
        $records = @($server | Start-FlunderLogger @version | Select-Object -First 20)
        $records.Count | Should -Be 20
        @($records.Resource | Select-Object -Unique) | Should -Be 'flunders.wardle.example.com'
    }

    It 'goes straight to a server that -Server names' {
        $url = (Read-Kubeconfig $server.Kubeconfig).Server
        @($server | Start-FlunderLogger -Server $url -InsecureSkipTlsVerify | Select-Object -First 5).Count | Should -Be 5
    }

    It 'writes the Go program''s columns, which have no comparison' {
        $file = Join-Path $TestDrive 'flunders.csv'
        $null = $server | Start-FlunderLogger -Duration 3s -Compare -OutFile $file -Format Original
        $lines = @(Get-Content -LiteralPath $file)
        $lines.Count | Should -BeGreaterThan 0
        $lines | Where-Object { ($_ -split ',').Count -ne 9 } | Should -BeNullOrEmpty
        $lines | Where-Object { ($_ -split ',')[2] -notmatch '^"scaletest/background-\d+"$' } | Should -BeNullOrEmpty
    }

    It 'says that a version is not served' {
        { $server | Start-FlunderLogger -ApiVersion v9 -Duration 1 } | Should -Throw -ErrorId 'ResourceNotServed*'
    }
}
